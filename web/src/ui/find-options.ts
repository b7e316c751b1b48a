/** Finding one of many by what is typed: several words, in any order, the likeliest first. */

export interface Option {
  value: string
  /** What it is called. */
  title: string
  /** What tells it from others of the same name. */
  detail: string
  /** What people know it by; typed exactly, it is found first. */
  codes: readonly string[]
  /** More words by which it is found. */
  more?: string
  /** A word before its detail: why it stands first. */
  mark?: string
}

/** An option with its text made ready once: a key then costs one pass over short texts. */
export interface Searchable {
  option: Option
  codes: readonly string[]
  title: string
  text: string
}

export function makeSearchable(options: readonly Option[]): Searchable[] {
  return options.map((option) => {
    const codes = option.codes.map(fold)
    const title = fold(option.title)
    return { option, codes, title, text: `${codes.join(" ")} ${title} ${fold(option.more ?? "")}` }
  })
}

/** Those in which every typed word occurs, the likeliest first, else in their order. Cost: one pass. */
export function findOptions(options: readonly Searchable[], typed: string): Option[] {
  const whole = fold(typed).trim()
  const words = whole.split(/\s+/).filter(Boolean)
  if (words.length === 0) return options.map(({ option }) => option)
  return options
    .filter(({ text }) => words.every((word) => text.includes(word)))
    .map((one, at) => ({ one, at, rank: rank(one, whole, words) }))
    .sort((one, other) => one.rank - other.rank || one.at - other.at)
    .map(({ one }) => one.option)
}

/** The option that is meant without a doubt: its code or name as typed, or the only one found. */
export function findMeant(options: readonly Searchable[], typed: string): Option | undefined {
  const whole = fold(typed).trim()
  if (whole === "") return undefined
  const exact = options.filter(({ codes, title }) => codes.includes(whole) || title === whole)
  if (exact.length > 0) return exact.length === 1 ? exact[0]?.option : undefined
  const found = findOptions(options, typed)
  return found.length === 1 ? found[0] : undefined
}

function rank({ codes, title }: Searchable, whole: string, words: readonly string[]): number {
  const [first = ""] = words
  if (codes.some((code) => words.includes(code))) return 0
  if (codes.some((code) => code.startsWith(first))) return 1
  if (title.startsWith(whole)) return 2
  return words.every((word) => ` ${title}`.includes(` ${word}`)) ? 3 : 4
}

/** Without capitals and accents: nobody types those in the rain. */
function fold(text: string): string {
  return text.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase()
}
