window.chatRan = true;
