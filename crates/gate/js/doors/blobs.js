// Blobs by their addresses, as the page makes these: a worker or a frame may be given the address of a text.
// Only remembers; what becomes of such a text is said in network.js and frame-documents.js.
import { URL, call } from "../captured.js";
import { replaceMembers } from "./wrap.js";

const { createObjectURL } = URL;
const blobsByUrl = new Map();

/** Remembers from now on which blob the page gave an address. */
export function watchBlobs() {
  replaceMembers("URL", "createObjectURL", (receiver, [blob], callNative) => {
    const url = callNative();
    blobsByUrl.set(url, blob);
    return url;
  });
  replaceMembers("URL", "revokeObjectURL", (receiver, [url], callNative) => {
    blobsByUrl.delete(String(url));
    return callNative();
  });
}

/**
 * The blob at an address, or undefined.
 * @param {any} url
 * @returns {Blob | undefined}
 */
export const blobOf = (url) => blobsByUrl.get(String(url));

/**
 * The address of a copy of a blob, which is not remembered: what is in it has been looked at.
 * @param {Blob} blob
 * @param {...string} before what stands in it before the blob's own text
 */
export const addressOfCopy = (blob, ...before) =>
  call(createObjectURL, URL, [new Blob([...before, blob], { type: blob.type })]);
