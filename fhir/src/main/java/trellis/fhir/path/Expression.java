package trellis.fhir.path;

import java.math.BigDecimal;
import java.util.List;

/// A FHIRPath expression as a tree. [#text] writes it so that [#parse] reads the same tree.
public sealed interface Expression {

    /// What an expression that begins with a name begins from: the input, or within the argument of
    /// a function such as `where` the item looked at.
    record Focus() implements Expression {}

    /// `$this`.
    record This() implements Expression {}

    /// `$index`.
    record Index() implements Expression {}

    /// `$total`.
    record Total() implements Expression {}

    /// `%name`.
    record Constant(String name) implements Expression {}

    /// `focus.name`; also a type's name where one is expected, or at the start of a path.
    record Member(Expression focus, String name) implements Expression {}

    /// `focus.name(arguments)`.
    record Call(Expression focus, String name, List<Expression> arguments) implements Expression {
        public Call {
            arguments = List.copyOf(arguments);
        }
    }

    /// `focus[index]`.
    record At(Expression focus, Expression index) implements Expression {}

    /// `-operand` or `+operand`.
    record Sign(boolean negative, Expression operand) implements Expression {}

    /// `left operator right`.
    record Binary(Operator operator, Expression left, Expression right) implements Expression {}

    /// `operand is type`.
    record Is(Expression operand, TypeName type) implements Expression {}

    /// `operand as type`.
    record As(Expression operand, TypeName type) implements Expression {}

    /// A value that stands in the text.
    sealed interface Literal extends Expression {}

    /// `{}`.
    record Empty() implements Literal {}

    /// `true` or `false`.
    record Bool(boolean value) implements Literal {}

    /// `'text'`.
    record Text(String value) implements Literal {}

    /// `12`.
    record Whole(int value) implements Literal {}

    /// `1.20`.
    record Fraction(BigDecimal value) implements Literal {}

    /// `@2019-05`, `@2019-05-01T10:30Z` or `@T10:30`, without the `@`.
    record Moment(String value) implements Literal {}

    /// `4 'mg'` or `4 days`.
    ///
    /// @param calendar whether the unit is a calendar word, not a UCUM code
    record Quantity(BigDecimal value, String unit, boolean calendar) implements Literal {}

    /// A type's name, such as `Quantity`, `FHIR.Quantity` or `System.String`.
    ///
    /// @param namespace empty when there is none
    record TypeName(String namespace, String name) {
        @Override
        public String toString() {
            return namespace.isEmpty() ? name : namespace + "." + name;
        }
    }

    /// Reads an expression.
    ///
    /// @throws trellis.fhir.Refused with a BadRequest of code `invalid` that names the character
    static Expression parse(String text) {
        return new Parser(text).parse();
    }

    /// The expression as text, with no more parentheses than it needs.
    default String text() {
        return new Printer().print(this);
    }
}
