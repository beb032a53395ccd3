// Owns the panel's words, in the languages of the demo's sites.

const en = {
  title: "Behind the scenes",
  about: "What Consentry holds, what ran, and what the backend received, on this page and right now.",
  restart: "Start over",
  close: "Close panel",
  held: "Held",
  aboutHeld: "Trackers that wait for the visitor’s decision.",
  released: "Released",
  aboutReleased: "Let go after a grant.",
  ran: "What ran",
  aboutRan: "Each script should run once. The site’s own are always here.",
  requests: "Requests to other hosts",
  aboutRequests: "What really left the browser, as the stand-ins saw it since the last start over.",
  stored: "Stored in this browser",
  aboutStored: "Cookies and storage keys of this page’s host that scripts can see.",
  receipts: "Receipts at the backend",
  aboutReceipts: "The record of each decision, newest first. No address, no user agent, no page path.",
  leaked: "Left before the gate",
  aboutLeaked:
    "Static tags that the browser requested before any script could act. Marking the page (consentry mark) ends it.",
  left: "Remains after a withdrawal",
  aboutLeft: "What the browser does not let a page delete.",
  unknown: "Not in any table",
  aboutUnknown: "Hosts nobody has described yet.",
  honest:
    "To be honest: the third parties here are stand-ins only in a browser started with the flags that the demo prints. " +
    "In any other browser, accepting contacts the real hosts.",
  nothing: "Nothing",
  none: "none",
  noConsentry: "Consentry is not on this page: everything runs unasked.",
  noChoice: "No choice yet: only what is necessary runs.",
  granted: "Granted",
  denied: "Denied",
  cookie: "cookie",
  localStorage: "local storage",
  sessionStorage: "session storage",
  noServer: "The demo server does not answer.",
  noRequests: "None. Nothing has left for another host.",
  noReceipts: "None yet.",
  noBackend: "The backend is away.",
};

/** @type {typeof en} */
const sv = {
  title: "Bakom kulisserna",
  about: "Vad Consentry håller inne, vad som har körts och vad servern har fått, på den här sidan just nu.",
  restart: "Börja om",
  close: "Stäng panelen",
  held: "Hålls inne",
  aboutHeld: "Spårare som väntar på besökarens beslut.",
  released: "Släppt",
  aboutReleased: "Får köras efter ett samtycke.",
  ran: "Har körts",
  aboutRan: "Varje skript ska köras en gång. Webbplatsens egna finns alltid här.",
  requests: "Anrop till andra värdar",
  aboutRequests: "Det som verkligen lämnade webbläsaren sedan du senast började om.",
  stored: "Sparat i webbläsaren",
  aboutStored: "Kakor och lagringsnycklar på sidans värd som skript kan se.",
  receipts: "Kvitton hos servern",
  aboutReceipts: "Varje beslut, det senaste först. Ingen adress, ingen webbläsare, ingen sökväg.",
  leaked: "Gick före spärren",
  aboutLeaked:
    "Fasta taggar som webbläsaren hämtade innan något skript kunde ingripa. Märkt HTML (consentry mark) gör slut på det.",
  left: "Kvar efter en återkallelse",
  aboutLeft: "Det som webbläsaren inte låter en sida radera.",
  unknown: "Finns inte i någon tabell",
  aboutUnknown: "Värdar som ingen har beskrivit än.",
  honest:
    "För att vara ärlig: tredje parterna är bara skådespelare i en webbläsare som startats med flaggorna som demon " +
    "skriver ut. I andra webbläsare når ett samtycke de verkliga värdarna.",
  nothing: "Ingenting",
  none: "inget",
  noConsentry: "Consentry finns inte på sidan: allt körs utan fråga.",
  noChoice: "Inget val än: bara det nödvändiga körs.",
  granted: "Tillåtet",
  denied: "Nekat",
  cookie: "kaka",
  localStorage: "lokal lagring",
  sessionStorage: "sessionslagring",
  noServer: "Demons server svarar inte.",
  noRequests: "Inga. Ingenting har gått till en annan värd.",
  noReceipts: "Inga än.",
  noBackend: "Servern för kvitton är borta.",
};

/** The words in the page's language. */
export const words = document.documentElement.lang.startsWith("sv") ? sv : en;
