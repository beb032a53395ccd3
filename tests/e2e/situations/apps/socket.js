import ReconnectingWebSocket from "reconnecting-websocket";
window.ReconnectingWebSocket = ReconnectingWebSocket;
