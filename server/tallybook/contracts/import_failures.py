"""Why a file as a whole cannot be read as a contract; what is wrong with single rows is listed instead."""

from tallybook.core.failures import TallybookFailure


class ImportFailure(TallybookFailure):
    """A file out of which no contract can be made. Nothing was saved."""

    code = "import_failed"
    http_status = 422
    title = "This file could not be read."
    remedy = "Nothing was saved. Give a CSV, XLS or XLSX file with one row for each pay item."


class FileTooLarge(ImportFailure):
    """More than an import takes: bytes, rows, columns or the text of a cell."""

    code = "import_too_large"
    http_status = 413
    title = "This file is larger than an import takes."
    remedy = "Nothing was saved. Keep only the rows and columns of this contract in the file."


class FileUnreadable(ImportFailure):
    """Neither text nor a workbook, or a damaged one."""

    code = "import_unreadable"
    remedy = "Nothing was saved. Save it as CSV (UTF-8) or XLSX in your spreadsheet and give that file."


class SheetNotFound(ImportFailure):
    """The workbook has no sheet of that name."""

    code = "import_sheet_not_found"
    title = "The workbook has no sheet of that name."
    remedy = "Nothing was saved. Choose one of the sheets that the workbook has."


class HeadingsNotFound(ImportFailure):
    """The file's headings do not say where an item's parts are, or say it twice."""

    code = "import_headings_not_found"
    title = "The headings of the columns were not all found."
    remedy = (
        "Nothing was saved. Give the columns these headings: "
        "Item Number, Description, Unit, Quantity, Unit Price (and Line, Project, Category, Alternate, Accuracy)."
    )


class ChoiceMatchesNothing(ImportFailure):
    """A `COLUMN=VALUE` names no column, or no row has that value."""

    code = "import_choice_matches_nothing"
    title = "No row was chosen."
    remedy = "Nothing was saved. Write the choice as COLUMN=VALUE, with a heading and a value of the file."


class ChoiceNeeded(ImportFailure):
    """The file holds several contracts or bidders, and nobody said which."""

    code = "import_choice_needed"
    title = "The file holds more than one contract or bidder."
    remedy = "Nothing was saved. Choose one by COLUMN=VALUE."


class NoItemsFound(ImportFailure):
    """Headings, but no item below them."""

    code = "import_no_items"
    title = "The file has no pay items."
    remedy = "Nothing was saved. Give a file with one row for each pay item below the headings."


class FileMissing(ImportFailure):
    """Nothing was given to read."""

    code = "import_file_missing"
    title = "No file was given."
    remedy = "Choose a CSV, XLS or XLSX file."


class AccuracyRefused(ImportFailure):
    """The decimals of quantities that were asked for cannot be."""

    code = "import_accuracy_refused"
    title = "These are no decimals of a quantity."
    remedy = "Give a whole number from 0 to 6, or nothing."


class ChoiceUnreadable(ImportFailure):
    """A choice is not written as COLUMN=VALUE, or there are too many."""

    code = "import_choice_unreadable"
    title = "A choice cannot be read."
    remedy = "Write each choice as COLUMN=VALUE."
