// The reading position: sent to the server, for the reader only, some time after the last step and when the page is left.
const WAIT = 1500;

/** Sends a position to an address once the reader has stayed there. */
export function keeper(address) {
  let told = '';
  let timer = 0;
  let place = null;
  const tell = () => {
    clearTimeout(timer);
    timer = 0;
    if (!place) return;
    const body = new URLSearchParams(place);
    if (String(body) === told) return;
    told = String(body);
    if (!navigator.sendBeacon?.(address, body)) fetch(address, { method: 'POST', body, keepalive: true });
  };
  // When a phone is put away, the only event is that the page is hidden.
  document.addEventListener('visibilitychange', () => { if (document.visibilityState === 'hidden') tell(); });
  addEventListener('pagehide', tell);
  return (section, block) => {
    place = { section, block };
    if (!timer) timer = setTimeout(tell, WAIT);
  };
}
