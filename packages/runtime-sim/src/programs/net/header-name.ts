/** `content-type` as servers write it: `Content-Type`, and `ETag`. */
export const titled = (name: string): string =>
  WRITTEN[name] ?? name.replace(/(^|-)[a-z]/g, (part) => part.toUpperCase());

const WRITTEN: Readonly<Record<string, string>> = { etag: 'ETag', 'www-authenticate': 'WWW-Authenticate' };
