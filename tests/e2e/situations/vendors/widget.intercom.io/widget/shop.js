window.chatRuns = (window.chatRuns ?? 0) + 1;
window.chatCalls = [...(window.Intercom.q ?? [])].map(([name]) => name);
window.Intercom = (name) => window.chatCalls.push(name);
