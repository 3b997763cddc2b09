declare module '*.css';
declare module '*?worker' {
  const WorkerFactory: new () => Worker;
  // biome-ignore lint/style/noDefaultExport: this is what Vite makes of such imports.
  export default WorkerFactory;
}

/** A style sheet as a text, for shadow roots. */
declare module '*.css?inline' {
  const text: string;
  // biome-ignore lint/style/noDefaultExport: so Vite hands it out.
  export default text;
}
interface ImportMeta {
  readonly env: { readonly PROD: boolean };
  glob<T>(
    pattern: string,
    options: { readonly query: string; readonly import: string; readonly eager: true },
  ): Readonly<Record<string, T>>;
}
