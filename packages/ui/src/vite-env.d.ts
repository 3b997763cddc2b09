declare module '*.css';
declare module '*?worker' {
  const WorkerFactory: new () => Worker;
  // biome-ignore lint/style/noDefaultExport: this is what Vite makes of such imports.
  export default WorkerFactory;
}
