/** Loaded before every test file: a process warning (a leaked listener, a deprecation) fails the file it came from. */
process.on('warning', (warning) => {
  if (warning.name === 'ExperimentalWarning') return;
  process.exitCode = 1;
  console.error(`process warning: ${warning.stack}`);
});
