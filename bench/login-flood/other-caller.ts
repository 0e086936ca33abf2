import { parentPort, workerData } from 'node:worker_threads';

/** Somebody else, with a thread of their own: what they wait for is the server and not the flood's own work. */
const { url, token } = workerData as { readonly url: string; readonly token: string };
const times: number[] = [];
let isOver = false;
parentPort?.once('message', () => (isOver = true));
while (!isOver) {
  const start = performance.now();
  const answer = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
    body: JSON.stringify({ query: '{ me { id } }' }),
  });
  if (!(await answer.text()).includes('"id"')) throw new Error(`The other caller was answered ${answer.status}.`);
  times.push(performance.now() - start);
}
parentPort?.postMessage(times);
