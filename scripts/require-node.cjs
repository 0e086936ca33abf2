/**
 * Loaded before the program by the npm scripts that people try first: an older Node does not know what a .ts file is, and
 * says so in a way that helps nobody.
 */
if (Number(process.versions.node.split('.')[0]) < 24) {
  process.stderr.write(
    `Signalbox runs on Node 24, which npm ci installs among its packages; this is Node ${process.versions.node}. Run npm ci first, then this by npm.\n`,
  );
  process.exit(1);
}
