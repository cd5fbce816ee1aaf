// A deep link of AWS's (`…/start#/console?…`, `…/start/#/device?…`) is a fragment, which no server
// sees: go on to the page that it names. The same pages have addresses that need no script.
(() => {
  const found = /^#\/(console|device)\?(.*)$/.exec(location.hash);
  if (found) location.replace(`/${found[1]}?${found[2]}`);
})();
