// C++: exceptions through many frames with destructors, containers, streams, virtual functions, dynamic_cast.

#include <algorithm>
#include <functional>
#include <iostream>
#include <map>
#include <memory>
#include <sstream>
#include <stdexcept>
#include <string>
#include <vector>

namespace {

struct Guard {
    std::string name;
    explicit Guard(std::string text) : name(std::move(text)) {}
    ~Guard() { std::cout << "~" << name << "\n"; }
};

struct Shape {
    virtual ~Shape() = default;
    virtual double area() const = 0;
};

struct Square : Shape {
    double side;
    explicit Square(double length) : side(length) {}
    double area() const override { return side * side; }
};

struct Rectangle : Shape {
    double width, height;
    Rectangle(double w, double h) : width(w), height(h) {}
    double area() const override { return width * height; }
};

int fall(int depth)
{
    Guard guard("frame " + std::to_string(depth));
    if (depth == 0)
        throw std::runtime_error("at the bottom");
    return fall(depth - 1) + 1;
}

void rethrow()
{
    try {
        fall(2);
    } catch (const std::exception &) {
        std::cout << "seen on the way\n";
        throw;
    }
}

}

int main()
{
    try {
        rethrow();
    } catch (const std::runtime_error &error) {
        std::cout << "caught: " << error.what() << "\n";
    }
    try {
        std::vector<int>().at(3);
    } catch (const std::out_of_range &) {
        std::cout << "out of range\n";
    }
    try {
        throw 42;
    } catch (double) {
        std::cout << "wrong type\n";
    } catch (int value) {
        std::cout << "int " << value << "\n";
    }
    try {
        std::function<void()> empty;
        empty();
    } catch (const std::bad_function_call &) {
        std::cout << "bad function call\n";
    }

    std::map<std::string, int> words;
    std::istringstream text("the quick brown fox jumps over the lazy dog the end");
    for (std::string word; text >> word;)
        words[word]++;
    for (const auto &[word, count] : words)
        std::cout << word << "=" << count << " ";
    std::cout << "\n";

    std::vector<std::unique_ptr<Shape>> shapes;
    for (int i = 1; i < 6; i++)
        if (i % 2)
            shapes.push_back(std::make_unique<Square>(i));
        else
            shapes.push_back(std::make_unique<Rectangle>(i, i + 0.5));
    std::sort(shapes.begin(), shapes.end(), [](const auto &a, const auto &b) { return a->area() > b->area(); });
    for (const auto &shape : shapes)
        std::cout << shape->area() << (dynamic_cast<Square *>(shape.get()) ? " square; " : " rectangle; ");
    std::cout << "\n" << std::hex << 255 << std::dec << " " << 1.0 / 3 << std::endl;
    int thrown = 0;
    for (int i = 0; i < 1000; i++)
        try {
            if (i % 3 == 0)
                throw std::string("x");
        } catch (const std::string &) {
            thrown++;
        }
    std::cout << thrown << " thrown\n";
    return 7;
}
