// Blobs by their address, as the page makes them.
import { replaceMembers } from "./wrap.js";

const blobsByUrl = new Map();
export function watchBlobs() {
  replaceMembers("URL", "createObjectURL", (self, [blob], go) => {
    const url = go();
    blobsByUrl.set(url, blob);
    return url;
  });
  replaceMembers("URL", "revokeObjectURL", (self, [url], go) => (blobsByUrl.delete(String(url)), go()));
}
export const blobOf = (url) => blobsByUrl.get(String(url));
