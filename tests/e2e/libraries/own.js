window.ownLibrary = true;
