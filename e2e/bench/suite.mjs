// One suite of the bundle; its rows go to the process that asked for it.
const [bundle, suite] = process.argv.slice(2);
const { SUITES } = await import(bundle);
await SUITES[suite]((row) => process.send(row));
process.disconnect();
process.exit(0);
