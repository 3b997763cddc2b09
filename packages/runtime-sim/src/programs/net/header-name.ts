/** `content-type` as servers write it: `Content-Type`. */
export const titled = (name: string): string => name.replace(/(^|-)[a-z]/g, (part) => part.toUpperCase());
