// Plays YouTube's embedded player: a frame that writes local storage in its own origin.
import { frame } from "./stand-in.mjs";

const YSC = { "set-cookie": "YSC=stand-in; Domain=.youtube.com; Path=/; Secure; HttpOnly; SameSite=None" };

export default {
  name: "youtube",
  hosts: ["www.youtube.com", "www.youtube-nocookie.com", "i.ytimg.com"],
  answer({ path }) {
    const video = /^\/embed\/([\w-]+)/.exec(path)?.[1];
    if (!video) return undefined;
    return {
      ...frame(`youtube:${video}`, {
        title: "▶ YouTube",
        text: `Stand-in for the player, video ${video}`,
        run: "try { localStorage.setItem('yt-remote-device-id', '{\"data\":\"stand-in\"}') } catch {}",
      }),
      headers: YSC,
    };
  },
};
