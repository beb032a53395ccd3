// Owns the Chromium flags with which a browser meets the stand-ins under the real host names.

/**
 * @param {{port: number, tlsPort: number, spki: string}} reach where the demo listens
 * @returns {{rules: string, flags: string[]}} the value of --host-resolver-rules, and the whole list of flags
 */
export function browserFlags({ port, tlsPort, spki }) {
  const rules = [
    `MAP *:443 127.0.0.1:${tlsPort}`,
    `MAP *:80 127.0.0.1:${port}`,
    "MAP * 127.0.0.1", // any other port stays, so that www.traxmate.test:8080 is reached too
    "EXCLUDE localhost",
    "EXCLUDE *.localhost",
    "EXCLUDE 127.0.0.1",
  ].join(", ");
  return {
    rules,
    flags: [
      `--host-resolver-rules=${rules}`,
      `--ignore-certificate-errors-spki-list=${spki}`,
      "--disable-quic",
    ],
  };
}
