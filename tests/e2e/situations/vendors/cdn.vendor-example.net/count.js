window.vendorRuns = (window.vendorRuns ?? 0) + 1;
