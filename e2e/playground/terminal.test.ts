import type { Page } from '@playwright/test';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { noBrowser } from './browser.ts';
import { builtSite } from './built-site.ts';
import { visit } from './visit.ts';

const PROMPT = '~ #';

/** What people type who learn Kubernetes, in the order in which they type it. */
describe.skipIf(noBrowser !== '')(`thirty commands in a terminal${noBrowser}`, { timeout: 240_000 }, () => {
  const site = builtSite();
  let page: Page;
  let problems: readonly string[];

  beforeAll(async () => {
    ({ page, problems } = await visit(site));
    await page.keyboard.press('Control+`');
    await screenShows(/# ?$/);
  }, 60_000);
  afterAll(() => page.close());

  const screen = async (): Promise<string> => {
    const rows = await page.locator('.dock .xterm-rows > div').allTextContents();
    return rows
      .map((row) => row.replaceAll('\u00a0', ' ').trimEnd())
      .join('\n')
      .trimEnd();
  };
  async function screenShows(want: RegExp, timeoutMs = 20_000): Promise<string> {
    const end = Date.now() + timeoutMs;
    for (;;) {
      const now = await screen();
      if (want.test(now)) return now;
      if (Date.now() > end) throw new Error(`${want} is not on the screen:\n${now}`);
      await page.waitForTimeout(50);
    }
  }
  /** Types a line on an empty screen, and waits for what it prints and for the prompt. */
  async function run(line: string, want: RegExp, timeoutMs?: number): Promise<string> {
    await page.keyboard.press('Control+l');
    await screenShows(/^~ # ?$/);
    await page.keyboard.type(line);
    await page.keyboard.press('Enter');
    const shown = await screenShows(new RegExp(`${want.source}[\\s\\S]*\\n${PROMPT} ?$`, want.flags), timeoutMs);
    return shown;
  }

  const LINES: readonly (readonly [line: string, want: RegExp])[] = [
    ['kubectl get nodes', /node-1 +Ready[\s\S]*node-3 +Ready/],
    ['kubectl apply -f web.yaml', /deployment\.apps\/web created\nservice\/web created/],
    ['kubectl rollout status deploy/web', /successfully rolled out/],
    ['k get pods --no-headers | grep -c Running', /\n3/],
    ["kubectl get pods -o json | jq -r '.items[].status.phase' | sort | uniq -c", / 3 Running/],
    ["kubectl get pods -o wide --no-headers | awk '{print $7}' | sort -u", /node-\d/],
    ['for i in {1..3}; do kubectl create configmap cm-$i --from-literal=n=$i; done', /cm-1 created[\s\S]*cm-3 created/],
    ['kubectl get cm -o name | grep cm- | xargs kubectl delete', /"cm-1" deleted[\s\S]*"cm-3" deleted/],
    ['export do="--dry-run=client -o yaml"', /do="--dry/],
    ['kubectl run tmp --image=nginx $do > pod.yaml && head -4 pod.yaml', /kind: Pod/],
    ["kubectl create secret generic s --from-literal=pass='open sesame'", /secret\/s created/],
    ['kubectl get secret s -o jsonpath={.data.pass} | base64 -d; echo', /open sesame/],
    [
      'cat <<EOF | kubectl apply -f -\napiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: here\nEOF',
      /configmap\/here created/,
    ],
    ['kubectl get cm here && echo yes || echo no', /yes/],
    ['kubectl get pod nosuch || echo "exit $?"', /pods "nosuch" not found\nexit 1/],
    ['kubectl port-forward svc/web 8080:80 > /tmp/pf.log &', /\[1\] \d+/],
    ['sleep 1; curl -s localhost:8080 | grep -o "<title>.*</title>"', /<title>Welcome to nginx!<\/title>/],
    ['jobs', /\[1\]\+ +Running +kubectl port-forward/],
    ['kill %1; sleep 1', /Terminated|kill/],
    ['kubectl scale deploy web --replicas=2', /deployment\.apps\/web scaled/],
    ['kubectl exec deploy/web -- cat /etc/hostname', /web-/],
    ['kubectl logs deploy/web | head -2', /\n/],
    ['kubectl explain pod.spec.restartPolicy | head -4', /KIND: +Pod/],
    ["alias kgp='kubectl get pods --no-headers | wc -l'; kgp", /\n[23]/],
  ];
  for (const [line, want] of LINES) {
    test(`$ ${line.replaceAll('\n', '⏎')}`, async () => {
      await run(line, want);
    });
  }

  test('$ kubectl get pods -w, interrupted', async () => {
    await page.keyboard.press('Control+l');
    await page.keyboard.type('kubectl get pods -w\n');
    await screenShows(/web-\S+ +1\/1 +Running/);
    await page.keyboard.press('Control+c');
    await screenShows(/\^C\n~ # ?$/);
  });

  test('$ kubectl logs -f, interrupted; $? is 130', async () => {
    await page.keyboard.type('kubectl logs -f deploy/web\n');
    await page.waitForTimeout(500);
    await page.keyboard.press('Control+c');
    await screenShows(/\^C\n~ # ?$/);
    await run('echo $?', /130/);
  });

  test('$ kubectl exec -it: a shell in the Pod, with its own line editing and Ctrl-C', async () => {
    await page.keyboard.press('Control+l');
    await page.keyboard.type('kubectl exec -it deploy/web -- sh\n');
    await screenShows(/\n\S+ # ?$/);
    await page.keyboard.type('echo $HOSTNME');
    for (let n = 0; n < 2; n++) await page.keyboard.press('ArrowLeft');
    await page.keyboard.type('A\n');
    await screenShows(/\nweb-\S+\n\S+ # ?$/);
    await page.keyboard.type('sleep 1000\n');
    await page.waitForTimeout(200);
    await page.keyboard.press('Control+c');
    await screenShows(/\^C\n\S+ # ?$/);
    await page.keyboard.press('ArrowUp');
    await page.keyboard.press('ArrowUp');
    await screenShows(/echo \$HOSTNAME$/);
    await page.keyboard.press('Control+c');
    await page.keyboard.type('exit 7\n');
    await screenShows(/command terminated with exit code 7\n~ # ?$/);
  });

  test('Tab completes commands, resources and names; Ctrl-R finds lines again', async () => {
    await page.keyboard.press('Control+l');
    await page.keyboard.type('kubec');
    await page.keyboard.press('Tab');
    await screenShows(/~ # kubectl ?$/);
    await page.keyboard.type('desc');
    await page.keyboard.press('Tab');
    await page.keyboard.type('deploym');
    await page.keyboard.press('Tab');
    await page.keyboard.type('w');
    await page.keyboard.press('Tab');
    await screenShows(/~ # kubectl describe deployments?(\.apps)? web ?$/);
    await page.keyboard.press('Control+c');
    await page.keyboard.press('Control+r');
    await page.keyboard.type('sesame');
    await screenShows(/reverse-i-search.*open sesame/);
    await page.keyboard.press('Control+c');
    await screenShows(/~ # ?$/);
  });

  async function replaceInEditor(from: RegExp, to: string): Promise<void> {
    const editor = page.getByRole('region', { name: /Editor of kubectl-edit/ });
    await editor.locator('.monaco .view-line').first().waitFor();
    const line = editor.locator('.monaco .view-line', { hasText: from }).first();
    for (let n = 0; n < 60 && (await line.count()) === 0; n++) {
      await editor.locator('.monaco').hover();
      await page.mouse.wheel(0, 80);
      await page.waitForTimeout(50);
    }
    await line.click();
    await page.keyboard.press('Home');
    await page.keyboard.press('Shift+End');
    await page.keyboard.type(to);
  }

  test('$ kubectl edit: saved', async () => {
    await page.keyboard.press('Control+l');
    await page.keyboard.type('kubectl edit deploy web\n');
    await replaceInEditor(/replicas:\s2/, 'replicas: 4');
    await page.getByRole('button', { name: 'Save and close' }).click();
    await screenShows(/deployment\.apps\/web edited\n~ # ?$/);
    await run('kubectl get deploy web -o jsonpath={.spec.replicas}; echo', /\n4/);
  });

  test('$ kubectl edit: what the server refuses is offered again, with the reason', async () => {
    await page.keyboard.press('Control+l');
    await page.keyboard.type('kubectl edit deploy web\n');
    await replaceInEditor(/replicas:\s4/, 'replicas: -1');
    await page.keyboard.press('Control+s');
    const editor = page.getByRole('region', { name: /Editor of kubectl-edit/ });
    await editor.locator('.monaco .view-line', { hasText: 'was not valid' }).waitFor();
    await replaceInEditor(/replicas:\s-1/, 'replicas: 1');
    await page.keyboard.press('Control+s');
    await screenShows(/deployment\.apps\/web edited\n~ # ?$/);
    await run('kubectl get deploy web -o jsonpath={.spec.replicas}; echo', /\n1/);
  });

  test('what the shell writes is a file of the editor, and the other way round', async () => {
    await run('kubectl create cm live --from-literal=a=b --dry-run=client -o yaml > live.yaml; echo done', /done/);
    await page.getByRole('tab', { name: 'live.yaml' }).click();
    const editor = page.locator('.monaco').first();
    await editor.locator('.view-line', { hasText: 'ConfigMap' }).waitFor();
    await page.locator('.dock .xterm').click();
    await run("sed -i 's/a: b/a: changed/' live.yaml; echo done", /done/);
    await editor.locator('.view-line', { hasText: 'a: changed' }).click();
    await page.keyboard.press('End');
    await page.keyboard.type('-here');
    await page.locator('.dock .xterm').click();
    await run('grep changed live.yaml', /a: changed-here/);
  });

  test('what is typed into a page that is slow is not lost', async () => {
    const line = page.locator('.monaco .view-line', { hasText: 'a: changed-here' });
    await line.click();
    await page.keyboard.press('End');
    const slow = await page.context().newCDPSession(page);
    await slow.send('Emulation.setCPUThrottlingRate', { rate: 10 });
    await page.keyboard.type('-and-there-and-everywhere');
    await slow.send('Emulation.setCPUThrottlingRate', { rate: 1 });
    await slow.detach();
    await page.locator('.dock .xterm').click();
    await run('grep changed live.yaml', /a: changed-here-and-there-and-everywhere/);
  });

  test('ten thousand lines do not freeze the page', async () => {
    await page.locator('.dock .xterm').click();
    await page.keyboard.press('Control+l');
    await page.evaluate(() => {
      const state = globalThis as unknown as { longest: number };
      state.longest = 0;
      let last = performance.now();
      const tick = (): void => {
        const now = performance.now();
        state.longest = Math.max(state.longest, now - last);
        last = now;
        requestAnimationFrame(tick);
      };
      requestAnimationFrame(tick);
    });
    const start = Date.now();
    await page.keyboard.type('seq 10000\n');
    await screenShows(/\n9999\n10000\n~ # ?$/, 60_000);
    const longest = await page.evaluate(() => (globalThis as unknown as { longest: number }).longest);
    console.info(`10,000 lines in ${Date.now() - start} ms, longest frame ${Math.round(longest)} ms`);
  });

  test('exit closes the terminal; nothing went wrong on the way', async () => {
    await page.keyboard.type('exit\n');
    await page.locator('.dock').waitFor({ state: 'detached' });
    expect(problems).toEqual([]);
  });
});
