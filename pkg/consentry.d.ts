// `import "consentry/consentry.js"` runs the script of the tag. Its place is first in <head>, where no module can be.
import "./index.js";
