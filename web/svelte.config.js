/** How Svelte compiles: runes everywhere, types stripped by the compiler itself. */
export default {
  compilerOptions: { runes: true },
}
