/** Our own scheme: the window is never loaded from `file:` or from a port. */
export const APP_SCHEME = 'signalbox';
export const APP_PROTOCOL = `${APP_SCHEME}:`;
export const APP_HOST = 'app';
export const APP_URL = `${APP_SCHEME}://${APP_HOST}/`;
