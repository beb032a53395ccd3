// Owns the log-in of the Worxmate demo: the cookies that its own server sets, all of them necessary. Whoever gives a
// name is logged in; there is no password and no account, and nothing of the visitor is kept.
import { randomBytes } from "node:crypto";

const ENDS_WITH_THE_BROWSER = "Path=/; SameSite=Lax";
const EIGHT_HOURS = "Path=/; Max-Age=28800; HttpOnly; SameSite=Lax";
const MOST_BYTES = 10_000;

/**
 * Answers what belongs to the log-in.
 * @param {import('node:http').IncomingMessage} req
 * @param {import('node:http').ServerResponse} res
 * @param {URL} url
 * @returns {Promise<boolean>} whether it has answered; a file is served where it has not
 */
export async function answerLogIn(req, res, url) {
  const cookies = cookiesOf(req);
  const setCookies = [];
  if (!cookies.wx_lb)
    setCookies.push(`wx_lb=server-${1 + (randomBytes(1)[0] % 3)}; ${ENDS_WITH_THE_BROWSER}`);
  if (!cookies.wx_csrf)
    setCookies.push(`wx_csrf=${randomBytes(16).toString("hex")}; ${ENDS_WITH_THE_BROWSER}`);
  const sendTo = (location, more = []) => {
    req.resume();
    res.writeHead(303, { location, "set-cookie": [...setCookies, ...more], "cache-control": "no-store" });
    res.end();
    return true;
  };

  const isPage = /^\/(?:logga-in|portal)(?:\.html)?$/.test(url.pathname);
  if (req.method === "GET" && isPage) {
    if (url.pathname.startsWith("/portal") && !cookies.wx_session) return sendTo("/logga-in.html");
    if (setCookies.length) res.setHeader("set-cookie", setCookies);
    return false;
  }
  if (req.method === "POST" && url.pathname === "/logga-in") {
    const form = new URLSearchParams(await textOf(req));
    const isForged = !cookies.wx_csrf || form.get("csrf") !== cookies.wx_csrf;
    if (isForged) return sendTo("/logga-in.html?fel=formular");
    if (!form.get("namn")?.trim()) return sendTo("/logga-in.html?fel=namn");
    return sendTo("/portal.html", [`wx_session=${randomBytes(16).toString("hex")}; ${EIGHT_HOURS}`]);
  }
  if (req.method === "POST" && url.pathname === "/logga-ut")
    return sendTo("/", ["wx_session=; Path=/; Max-Age=0; HttpOnly; SameSite=Lax"]);
  return false;
}

function cookiesOf(req) {
  const pairs = (req.headers.cookie ?? "").split("; ").map((pair) => pair.split("="));
  return Object.fromEntries(pairs);
}

/** A small body as text. */
async function textOf(req) {
  let text = "";
  for await (const part of req) {
    text += part;
    if (text.length > MOST_BYTES) throw new Error("a body that is too long");
  }
  return text;
}
