window.vendorRan = true;
