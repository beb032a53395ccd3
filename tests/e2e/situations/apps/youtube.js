import YouTubePlayer from "youtube-player";
const player = YouTubePlayer("clip", { videoId: "x" });
player.getDuration().then((duration) => (window.duration = duration));
