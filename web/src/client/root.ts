/** The API's root URL, behind any proxy prefix: the scripts are in its `assets/`. */
export const ROOT = new URL('..', import.meta.url);
