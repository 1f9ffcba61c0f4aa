/** The API's root, wherever a proxy has put it: the scripts lie in its `assets/`. */
export const ROOT = new URL('..', import.meta.url);
