import Cookies from "js-cookie";
import store from "store2";
import localforage from "localforage";
import Dexie from "dexie";
Object.assign(window, { Cookies, store, localforage, Dexie });
