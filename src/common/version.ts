/** Of the API, as its document and its index page say. */
export const API_VERSION = '0.1.0';
