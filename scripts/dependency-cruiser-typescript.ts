/**
 * Loaded with `node --import` before dependency-cruiser. It reads TypeScript through the compiler's JavaScript API, which
 * TypeScript 7 no longer has; so for this one tool the name `typescript` means the last version that had it. Its swc
 * parser is no way out: it stops at `using` declarations.
 */
import { registerHooks } from 'node:module';

registerHooks({
  resolve(specifier, context, nextResolve) {
    const asksForCompiler = specifier === 'typescript' || specifier.startsWith('typescript/');
    const fromCruiser = context.parentURL?.includes('/node_modules/dependency-cruiser/') === true;
    return nextResolve(
      asksForCompiler && fromCruiser ? specifier.replace('typescript', 'typescript-6') : specifier,
      context,
    );
  },
});
