/** Finding items by line, number or words: all words, in any order, the likeliest first. */

/** What the search reads of an item. */
export interface FindableItem {
  record: string
  line: string
  itemNumber: string
  description: string
  unit: string
}

/** An item with its text prepared once, so that each key costs a comparison and nothing more. */
export interface ItemInIndex<T extends FindableItem> {
  item: T
  line: string
  number: string
  /** The number without its punctuation: 2360509 finds 2360.509. */
  bareNumber: string
  words: string[]
  text: string
}

export interface FoundItems<T> {
  items: T[]
  /** How many fit, shown or not. */
  count: number
}

/** Lower case, without accents: what people type in a hurry. */
export function plain(text: string): string {
  return text
    .normalize("NFKD")
    .replace(/\p{M}/gu, "")
    .toLowerCase()
    .replaceAll(/[“”″]/g, '"')
    .replaceAll(/[‘’′]/g, "'")
    .trim()
}

const bare = (text: string): string => text.replaceAll(/[^\p{L}\p{N}]/gu, "")

export function indexItems<T extends FindableItem>(items: readonly T[]): ItemInIndex<T>[] {
  return items.map((item) => {
    const number = plain(item.itemNumber)
    const description = plain(item.description)
    return {
      item,
      line: plain(item.line),
      number,
      bareNumber: bare(number),
      words: description.split(/[^\p{L}\p{N}.]+/u).filter(Boolean),
      text: `${plain(item.line)} ${number} ${bare(number)} ${description} ${plain(item.unit)}`,
    }
  })
}

/**
 * The items that hold every word, best first: the very line, the very number, what begins so, then
 * the rest in the order given. Cost: one pass over the items; only the hits are sorted.
 */
export function findItems<T extends FindableItem>(
  index: readonly ItemInIndex<T>[],
  typed: string,
  most: number,
): FoundItems<T> {
  const words = plain(typed).split(/\s+/).filter(Boolean)
  if (words.length === 0) return { items: index.slice(0, most).map((found) => found.item), count: index.length }
  const hits: { score: number; at: number }[] = []
  index.forEach((entry, at) => {
    const score = scoreOf(entry, words)
    if (score > 0) hits.push({ score, at })
  })
  hits.sort((one, other) => other.score - one.score || one.at - other.at)
  return { items: hits.slice(0, most).flatMap(({ at }) => index[at]?.item ?? []), count: hits.length }
}

/** The sum of the words' scores; 0 where one of them is nowhere. */
function scoreOf<T extends FindableItem>(entry: ItemInIndex<T>, words: readonly string[]): number {
  let sum = 0
  for (const word of words) {
    const score = scoreOfWord(entry, word)
    if (score === 0) return 0
    sum += score
  }
  return sum
}

function scoreOfWord<T extends FindableItem>(entry: ItemInIndex<T>, word: string): number {
  if (!entry.text.includes(word)) {
    const bareWord = bare(word)
    // "2360-509" has a stroke that the list writes as a point.
    return /\d/.test(word) && bareWord.length > 2 && entry.bareNumber.includes(bareWord) ? 2 : 0
  }
  if (entry.line === word) return 100
  if (entry.number === word || entry.bareNumber === word) return 90
  if (entry.line.startsWith(word)) return 20
  if (entry.number.startsWith(word) || entry.bareNumber.startsWith(word)) return 15
  if (entry.words[0]?.startsWith(word)) return 10
  if (entry.words.some((part) => part.startsWith(word))) return 6
  return 1
}
