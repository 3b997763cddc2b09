import { createCluster } from 'tabernetes';
import { expect, test } from 'vitest';

const GREETER = `
  export default async (proc) => {
    proc.net.serve(8080, async (call) => {
      console.log(call.method, call.url);
      return { body: \`hello from \${proc.hostname}\\n\` };
    });
    await new Promise((resolve) => proc.onSignal('TERM', resolve));
    return 0;
  };`;

test('a program of your own answers', async () => {
  const images = { 'me/greeter:1': { bin: { greeter: GREETER } } };
  const cluster = await createCluster({ clock: 'virtual', kubelet: 'simulated', images });
  await cluster.kubectl('run greeter --image=me/greeter:1 --port=8080 --expose');
  await cluster.kubectl(
    'create job ask --image=busybox:1.36 -- sh -c "until wget -qO- http://greeter:8080; do sleep 1; done"',
  );
  await cluster.clock.advance('30s');
  const { stdout } = await cluster.kubectl('logs job/ask');
  expect(stdout).toContain('hello from greeter');
  await cluster.stop();
});
