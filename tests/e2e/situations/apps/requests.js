import axios from "axios";
import ky from "ky";
window.axios = axios;
window.ky = ky;
