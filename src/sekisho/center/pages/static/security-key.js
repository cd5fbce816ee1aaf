// Security keys and passkeys: browsers hand them to scripts alone (Web Authentication, Level 3). Each
// `.key` in a form asks for one when the form is sent, and the form takes the answer along. What is said
// stands in the page, in its language.
(() => {
  "use strict";

  const toBytes = (text) =>
    Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (c) => c.charCodeAt(0));
  const toText = (buffer) =>
    btoa(String.fromCharCode(...new Uint8Array(buffer)))
      .replace(/\+/g, "-").replace(/\//g, "_").replace(/=/g, "");
  const described = (keys) => keys.map((key) => ({ ...key, id: toBytes(key.id) }));

  // The JSON forms of §5.1.8 to §5.1.10; browsers before 2025 lack some of them.
  const creation = (json) =>
    PublicKeyCredential.parseCreationOptionsFromJSON?.(json) ?? {
      ...json,
      challenge: toBytes(json.challenge),
      user: { ...json.user, id: toBytes(json.user.id) },
      excludeCredentials: described(json.excludeCredentials),
    };
  const request = (json) =>
    PublicKeyCredential.parseRequestOptionsFromJSON?.(json) ?? {
      ...json,
      challenge: toBytes(json.challenge),
      allowCredentials: described(json.allowCredentials),
    };
  const answerOf = (credential) => {
    try {
      return JSON.stringify(credential.toJSON());
    } catch { // not there, or a password manager's that cannot
      const { response } = credential;
      const fields = {};
      for (const name of ["clientDataJSON", "attestationObject", "authenticatorData", "signature", "userHandle"]) {
        if (response[name]) fields[name] = toText(response[name]);
      }
      if (response.getTransports) fields.transports = response.getTransports();
      return JSON.stringify({
        id: credential.id,
        rawId: toText(credential.rawId),
        type: credential.type,
        clientExtensionResults: credential.getClientExtensionResults(),
        response: fields,
      });
    }
  };

  let waiting = null; // the one request that a browser lets a page have

  const ask = async (key, mediation) => {
    waiting?.abort();
    waiting = new AbortController();
    const json = JSON.parse(key.dataset.options);
    const { signal } = waiting;
    return key.dataset.ceremony === "create"
      ? navigator.credentials.create({ publicKey: creation(json), signal })
      : navigator.credentials.get({ publicKey: request(json), signal, mediation });
  };

  const send = (key, credential) => {
    const form = key.closest("form");
    form.elements.credential.value = answerOf(credential);
    form.submit();
  };

  const reason = (key, error, milliseconds) => {
    const says = key.dataset;
    switch (error.name) {
      case "NotAllowedError": // cancelled, timed out, or nothing fits: browsers do not tell which
        return milliseconds < JSON.parse(says.options).timeout ? says.notAllowed : says.timedOut;
      case "InvalidStateError":
        return says.known;
      case "SecurityError":
        return says.elsewhere;
      case "NotSupportedError":
      case "ConstraintError":
        return says.unfit;
      default:
        return says.failed;
    }
  };

  const show = (key, text) => {
    const problem = key.querySelector(".problem");
    problem.textContent = text;
    problem.hidden = !text;
  };

  const pressed = async (key, button) => {
    const began = performance.now();
    button.disabled = true;
    show(key, "");
    try {
      send(key, await ask(key));
    } catch (error) {
      show(key, reason(key, error, performance.now() - began));
      button.disabled = false;
      button.focus();
    }
  };

  // A passkey may be offered in the user name's field, beside the names that were typed there before.
  const offer = async (key) => {
    try {
      if (await PublicKeyCredential.isConditionalMediationAvailable?.()) {
        send(key, await ask(key, "conditional"));
      }
    } catch { // the button was pressed instead, or the browser thought better of it
    }
  };

  for (const key of document.querySelectorAll(".key")) {
    const form = key.closest("form");
    const button = form.querySelector("button");
    const without = key.querySelector(".without");
    if (!window.PublicKeyCredential) {
      without.textContent = key.dataset.unsupported;
      continue;
    }
    without.hidden = true;
    button.disabled = false;
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      pressed(key, button);
    });
    if ("offered" in key.dataset) offer(key);
  }
  addEventListener("pageshow", (event) => event.persisted && location.reload());
})();
