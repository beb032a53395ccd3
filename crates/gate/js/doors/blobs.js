// Blobs by their address, as the page makes them.
import { wrap } from "./wrap.js";

const blobs = new Map();
export function watchBlobs() {
  wrap("URL", "createObjectURL", (self, [blob], go) => {
    const url = go();
    blobs.set(url, blob);
    return url;
  });
  wrap("URL", "revokeObjectURL", (self, [url], go) => (blobs.delete(String(url)), go()));
}
export const blobOf = (url) => blobs.get(String(url));
