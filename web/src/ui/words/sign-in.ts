/** Words of the page to sign in, and of a program that cannot start. */
export const signInWords = {
  title: "Log in",
  lead: "Daily records of construction contracts, kept where there is no network.",
  email: "Email",
  password: "Password",
  logIn: "Log in",
  disabled: "This account is switched off. Ask your office. What was typed on this device is safe here.",
  wrong: "The email or the password is not right. Check both and try again.",
  tooMany: "Too many tries. Wait a few minutes, then try again.",
  noNetwork:
    "The office cannot be reached. The first time on a device needs a connection; check it and try again.",
  workOffline: "Work Offline is on in this browser, so nothing may leave it. Turn it off to sign in.",
  turnOffWorkOffline: "Turn Work Offline off",
  needed: "Fill in both.",
  notKept:
    "The browser could not keep that, so nothing is changed. Try again; if it stays so, reload the page.",
  notBegun: "The password was taken, but Tallybook did not begin. Reload the page.",
  insecureTitle: "Over this address Tallybook works only while there is a connection.",
  insecure:
    "Browsers keep a program and its records for offline work over HTTPS, or on the machine itself. This page came over plain HTTP: it cannot be checked out, and the browser may forget what is typed. Ask your administrator for the https:// address.",
} as const

export const cannotStartWords = {
  title: "This browser does not keep anything.",
  body: "Tallybook saves every entry on the device first, and this browser refused to. That happens in private windows and where site data is blocked. Open Tallybook in an ordinary window and allow it to keep data.",
  unreadable: "This device's records do not open.",
  again: "Try again",
  tooOld:
    "A newer Tallybook keeps this device's records now, and this page still runs the one of before. Nothing is lost.",
  bring: "Load the newer Tallybook",
  bringing: "Loading the newer Tallybook…",
  didNotCome:
    "The newer Tallybook did not come. It needs a connection to the office: try again when there is one. Nothing is lost meanwhile.",
} as const
