// One suite of the bundle; its rows go to the process that asked for it.
const [bundle, name] = process.argv.slice(2);
const { suite } = await import(bundle);
const run = await suite(name);
await run((row) => process.send(row));
process.disconnect();
process.exit(0);
