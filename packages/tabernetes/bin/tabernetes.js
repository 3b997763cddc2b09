#!/usr/bin/env node
import { ensureBuilt } from '../lib/build.js';

await ensureBuilt();
const { main } = await import('../dist/node/cli.js');
process.exitCode = await main(process.argv.slice(2));
