/** `npm run types:bench`: the measurements still fit the program. Nothing else runs them; they are a package of their own. */
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';

if (existsSync('bench/node_modules')) {
  const { status } = spawnSync(process.execPath, ['node_modules/typescript/bin/tsc', '-p', 'bench'], {
    stdio: 'inherit',
  });
  process.exitCode = status ?? 1;
} else {
  console.log('Left out: the packages of bench/ are not installed (npm ci --prefix bench).');
}
