declare module 'comlink/dist/esm/node-adapter.mjs' {
  import type { Endpoint } from 'comlink';
  // biome-ignore lint/style/noDefaultExport: the shape of somebody else's module.
  export default function nodeEndpoint(port: unknown): Endpoint;
}
