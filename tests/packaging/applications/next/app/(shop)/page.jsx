import { FirstPage } from "./first-page.jsx";

export default FirstPage;
