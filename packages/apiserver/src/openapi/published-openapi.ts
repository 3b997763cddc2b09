export { openApiPaths } from './openapi-paths.ts';
export { publishedHash } from './published-hashes.ts';
