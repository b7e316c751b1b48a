/** How the office tells one device of a person from another: "Chrome on Windows". */

const BROWSERS: readonly (readonly [RegExp, string])[] = [
  [/Edg\//, "Edge"],
  [/Firefox\/|FxiOS\//, "Firefox"],
  [/OPR\//, "Opera"],
  [/Chrome\/|CriOS\//, "Chrome"],
  [/Safari\//, "Safari"],
]

const MACHINES: readonly (readonly [RegExp, string])[] = [
  [/iPhone/, "iPhone"],
  [/iPad/, "iPad"],
  [/Android.*Mobile/, "an Android phone"],
  [/Android/, "an Android tablet"],
  [/Windows/, "Windows"],
  [/Mac OS X/, "a Mac"],
  [/CrOS/, "a Chromebook"],
  [/Linux/, "Linux"],
]

export function labelDevice(userAgent: string): string {
  return `${firstMatch(BROWSERS, userAgent, "A browser")} on ${firstMatch(MACHINES, userAgent, "a computer")}`
}

function firstMatch(
  choices: readonly (readonly [RegExp, string])[],
  text: string,
  otherwise: string,
): string {
  return choices.find(([pattern]) => pattern.test(text))?.[1] ?? otherwise
}
