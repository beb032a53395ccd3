// Owns the self-signed certificate of the demo's HTTPS server; it lives in memory only.
import { createHash, X509Certificate } from "node:crypto";
import selfsigned from "selfsigned";

/**
 * @param {string[]} hosts names (a leading `*.` allowed) the certificate is valid for
 * @returns {Promise<{key: string, cert: string, spki: string}>} PEM texts, and the base64 SHA-256 of the public key
 */
export async function makeCertificate(hosts) {
  const names = [...new Set(hosts)].filter((host) => !/^[\d.:]+$/.test(host));
  const made = await selfsigned.generate([{ name: "commonName", value: "Consentry demo stand-ins" }], {
    keyType: "ec",
    algorithm: "sha256",
    notAfterDate: new Date(Date.now() + 30 * 24 * 3600e3),
    extensions: [
      { name: "basicConstraints", cA: false },
      { name: "keyUsage", digitalSignature: true },
      {
        name: "subjectAltName",
        altNames: [
          ...names.map((value) => /** @type {const} */ ({ type: 2, value })),
          { type: 7, ip: "127.0.0.1" },
          { type: 7, ip: "::1" },
        ],
      },
    ],
  });
  const spki = createHash("sha256")
    .update(new X509Certificate(made.cert).publicKey.export({ type: "spki", format: "der" }))
    .digest("base64");
  return { key: made.private, cert: made.cert, spki };
}
