import { FirstPage } from "../first-page.jsx";

// Rendered anew for each request.
export const dynamic = "force-dynamic";

export default FirstPage;
